import { HcfsError } from '../errors/hcfs-error.ts'

export function templateInvalid(why: string, where: string): HcfsError {
  return new HcfsError('TEMPLATE_INVALID', `The template cannot be used: ${where} ${why}`, { details: { where } })
}

export function parametersInvalid(why: string, pointer: string): HcfsError {
  return new HcfsError('TEMPLATE_PARAMETERS_INVALID', `The parameter ${pointer} ${why}`, { details: { pointer } })
}
