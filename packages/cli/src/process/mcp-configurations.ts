/** How a client's program is to call `hcfs mcp`. */
export interface McpCommand {
  readonly command: string
  readonly args: readonly string[]
}

/** What to paste for a client, and where. */
export interface McpConfiguration {
  readonly place: string
  readonly text: string
}

/** For each client that we know what it reads. */
const CONFIGURATIONS = {
  claude: (call: McpCommand) => serversFile('claude_desktop_config.json (Settings, Developer, Edit config)', call),
  'claude-code': ({ command, args }: McpCommand) => ({
    place: 'a terminal',
    text: ['claude mcp add hcfs --', ...[command, ...args].map(shellWord)].join(' ')
  }),
  cursor: (call: McpCommand) => serversFile('.cursor/mcp.json of the project, or ~/.cursor/mcp.json', call),
  vscode: ({ command, args }: McpCommand) =>
    jsonFile('.vscode/mcp.json of the project', { servers: { hcfs: { type: 'stdio', command, args } } }),
  windsurf: (call: McpCommand) => serversFile('~/.codeium/windsurf/mcp_config.json', call),
  gemini: (call: McpCommand) => serversFile('~/.gemini/settings.json', call),
  zed: ({ command, args }: McpCommand) =>
    jsonFile('the settings of Zed', { context_servers: { hcfs: { command, args } } }),
  codex: ({ command, args }: McpCommand) => ({
    place: '~/.codex/config.toml',
    // Strings and lists of strings of JSON are those of TOML.
    text: `[mcp_servers.hcfs]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}`
  })
} as const satisfies Record<string, (call: McpCommand) => McpConfiguration>

export type McpClientName = keyof typeof CONFIGURATIONS

export const MCP_CLIENTS = Object.keys(CONFIGURATIONS)

export function isMcpClient(name: string): name is McpClientName {
  return Object.hasOwn(CONFIGURATIONS, name)
}

export function mcpConfiguration(client: McpClientName, call: McpCommand): McpConfiguration {
  return CONFIGURATIONS[client](call)
}

function serversFile(place: string, { command, args }: McpCommand): McpConfiguration {
  return jsonFile(place, { mcpServers: { hcfs: { command, args } } })
}

function jsonFile(place: string, value: object): McpConfiguration {
  return { place, text: JSON.stringify(value, undefined, 2) }
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
