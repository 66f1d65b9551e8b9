import { CUT_OFF } from './cut-off.ts'
import { FULL_AND_IDLE } from './full-and-idle.ts'
import { OTHERS_CLOCK_AHEAD } from './others-clock-ahead.ts'
import type { Scenario } from './scenario.ts'
import { STORED_AFTER_ALL } from './stored-after-all.ts'

export const SCENARIOS: readonly Scenario[] = [CUT_OFF, FULL_AND_IDLE, OTHERS_CLOCK_AHEAD, STORED_AFTER_ALL]
