/** What a suite says of a scenario. `unchecked`: it found nothing to check, and says so by neither passing nor failing. */
export type Verdict = 'passed' | 'failed' | 'unchecked'

/** A scenario that is not for us: why, and what the suite says of it all the same. */
export interface NotApplicable {
  readonly because: string
  readonly verdict: Verdict
}

export type Scenario = 'passed' | NotApplicable

const asks = (verdict: Verdict): NotApplicable => ({
  because: 'No tool of ours asks the client for input, sampling or its roots while it runs.',
  verdict
})
const sessions = (verdict: Verdict): NotApplicable => ({
  because: 'Our HTTP face keeps no sessions and resumes no streams: each request stands alone.',
  verdict
})
const tasks = (verdict: Verdict): NotApplicable => ({
  because: 'Tasks are an extension that we do not offer: every tool of ours answers within its request.',
  verdict
})
const skills = (verdict: Verdict): NotApplicable => ({
  because: 'Skills are an extension that we do not offer.',
  verdict
})

/** Passed by both suites. */
const PASSED_BY_BOTH = {
  'server-initialize': 'passed',
  'logging-set-level': 'passed',
  ping: 'passed',
  'completion-complete': 'passed',
  'tools-list': 'passed',
  'tools-call-simple-text': 'passed',
  'tools-call-image': 'passed',
  'tools-call-audio': 'passed',
  'tools-call-embedded-resource': 'passed',
  'tools-call-mixed-content': 'passed',
  'tools-call-with-logging': 'passed',
  'tools-call-error': 'passed',
  'tools-call-with-progress': 'passed',
  'json-schema-2020-12': 'passed',
  'resources-list': 'passed',
  'resources-read-text': 'passed',
  'resources-read-binary': 'passed',
  'resources-templates-read': 'passed',
  'resources-subscribe': 'passed',
  'resources-unsubscribe': 'passed',
  'prompts-list': 'passed',
  'prompts-get-simple': 'passed',
  'prompts-get-with-args': 'passed',
  'prompts-get-embedded-resource': 'passed',
  'prompts-get-with-image': 'passed',
  'dns-rebinding-protection': 'passed'
} as const satisfies Record<string, Scenario>

/** `@modelcontextprotocol/conformance`, for clients of 2025. */
export const STABLE_SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...PASSED_BY_BOTH,
  'tools-call-sampling': asks('failed'),
  'tools-call-elicitation': asks('failed'),
  'elicitation-sep1034-defaults': asks('failed'),
  'elicitation-sep1330-enums': asks('failed'),
  'server-sse-polling': sessions('unchecked'),
  'server-sse-multiple-streams': sessions('unchecked')
}

/** Its line for 2026-07-28. */
export const NEXT_SCENARIOS: Readonly<Record<string, Scenario>> = {
  ...PASSED_BY_BOTH,
  'server-stateless': 'passed',
  'sep-2164-resource-not-found': 'passed',
  caching: 'passed',
  'http-header-validation': 'passed',
  'http-custom-header-server-validation': 'passed',
  'server-session-lifecycle': sessions('unchecked'),
  'server-sse-polling': sessions('unchecked'),
  'server-sse-multiple-streams': sessions('unchecked'),
  'tools-call-sampling': asks('failed'),
  'tools-call-elicitation': asks('failed'),
  'elicitation-sep1034-defaults': asks('failed'),
  'elicitation-sep1330-enums': asks('failed'),
  'input-required-result-basic-elicitation': asks('failed'),
  'input-required-result-basic-sampling': asks('failed'),
  'input-required-result-basic-list-roots': asks('failed'),
  'input-required-result-request-state': asks('failed'),
  'input-required-result-multiple-input-requests': asks('failed'),
  'input-required-result-multi-round': asks('failed'),
  'input-required-result-missing-input-response': asks('passed'),
  'input-required-result-non-tool-request': asks('failed'),
  'input-required-result-result-type': asks('failed'),
  'input-required-result-unsupported-methods': 'passed',
  'input-required-result-tampered-state': asks('failed'),
  'input-required-result-capability-check': asks('failed'),
  'input-required-result-ignore-extra-params': asks('passed'),
  'input-required-result-validate-input': asks('passed'),
  'sep-2640-skills-directory': skills('passed'),
  'sep-2640-skills-enumeration': skills('passed'),
  'sep-2640-skills-manifest': skills('passed'),
  'tasks-lifecycle': tasks('failed'),
  'tasks-capability-negotiation': tasks('failed'),
  'tasks-wire-fields': tasks('failed'),
  'tasks-request-state-removal': tasks('failed'),
  'tasks-mrtr-input': tasks('failed'),
  'tasks-request-headers': tasks('failed'),
  'tasks-dispatch-and-envelope': tasks('failed'),
  'tasks-status-notifications': tasks('unchecked'),
  'tasks-required-task-error': tasks('failed'),
  'tasks-mrtr-composition': tasks('failed')
}
