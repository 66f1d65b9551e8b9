// What the compose file says of each service, and what that means for a process of this machine.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string[]} command what stands after `hcfs`
 * @property {Record<string, string>} environment
 * @property {string[]} volumes `name:/path`
 * @property {string[]} healthcheck what stands after `hcfs`
 * @property {string[]} after services that have to be healthy first
 */

/** @returns {Service[]} in the order in which they can start */
export function readServices(file) {
  const { services = {} } = parse(readFileSync(file, 'utf8'), { merge: true })
  return Object.entries(services).map(
    ([name, { command, environment = {}, volumes = [], healthcheck, depends_on }]) => ({
      name,
      command,
      environment,
      volumes,
      healthcheck: commandOfCheck(name, healthcheck?.test),
      after: Object.keys(depends_on ?? {})
    })
  )
}

function commandOfCheck(name, test) {
  const [kind, program, ...rest] = test ?? []
  if (kind === 'CMD' && program === 'hcfs') return rest
  throw new Error(`The health check of ${name} is not an hcfs command; this script runs no other`)
}

/**
 * The same service as a process: paths of its volumes are folders below `directory`, and it
 * listens on loopback at a port of its own, since all of them share one machine.
 */
export function asProcess(service, directory) {
  const places = service.volumes.map((volume) => {
    const [name, path] = volume.split(':')
    return { path, local: join(directory, name) }
  })
  const here = (text) =>
    places
      .reduce((result, { path, local }) => replacePath(result, path, local), text)
      .replace('/ip4/0.0.0.0/tcp/4001', '/ip4/127.0.0.1/tcp/0')
  return {
    ...service,
    folders: places.map(({ local }) => local),
    command: service.command.map(here),
    environment: Object.fromEntries(Object.entries(service.environment).map(([key, value]) => [key, here(value)]))
  }
}

/** `/data`, `/data/x` and `@/data/x`, but not `/database`. */
function replacePath(text, path, local) {
  const bare = text.startsWith('@') ? text.slice(1) : text
  if (bare !== path && !bare.startsWith(`${path}/`)) return text
  return text.slice(0, text.length - bare.length) + local + bare.slice(path.length)
}
