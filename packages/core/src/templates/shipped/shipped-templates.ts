import { DATA_PIPELINE } from './data-pipeline.ts'
import { MICROSERVICE } from './microservice.ts'
import { ML_PROJECT } from './ml-project.ts'
import { MOBILE_APP } from './mobile-app.ts'
import type { ShippedTemplate } from './shipped-template.ts'
import { WEB_APP } from './web-app.ts'

export const SHIPPED_TEMPLATES: readonly ShippedTemplate[] = [
  WEB_APP,
  MICROSERVICE,
  MOBILE_APP,
  DATA_PIPELINE,
  ML_PROJECT
]
