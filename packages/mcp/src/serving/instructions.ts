import type { McpProfile } from './profiles.ts'

/** What a client tells its model about the whole. */
export const INSTRUCTIONS: Readonly<Record<McpProfile, string>> = {
  context:
    'A store of contexts (text, fields, tags) at paths such as /projects/apollo/notes, shared by several agents. At the start of a task call context_resolve with the path you work at: it loads what holds there. Search or list before you write, so that you change what is there rather than write it twice. Pass the version that you read when you write. Results carry a token: give it to another agent, and its calls see what you wrote.',
  memory:
    'A knowledge graph of entities, relations and observations that lasts between conversations and is shared by several agents.',
  files:
    'Files below /memories that last between conversations and are shared by several agents. View /memories first.',
  all: 'A store of contexts at paths, shared by several agents: context_* reads and writes them, the graph tools keep entities and relations below /memory, and memory keeps files below /memories.'
}
