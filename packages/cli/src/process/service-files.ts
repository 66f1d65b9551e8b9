import { SMALL_HEAPS } from './small-heaps.ts'

/** What a system needs to run a node for a user. */
export interface ServiceFacts {
  /** The program and its arguments. */
  readonly command: readonly string[]
  readonly directory: string
}

/** A user unit of systemd. */
export function systemdUnit({ command, directory }: ServiceFacts): string {
  return `[Unit]
Description=HCFS node of ${escapeUnit(directory)}

[Service]
Environment=${Object.entries(SMALL_HEAPS)
    .map(([name, value]) => unitWord(`${name}=${value}`))
    .join(' ')}
ExecStart=${command.map(unitWord).join(' ')}
Restart=on-failure
RestartSec=2
TimeoutStopSec=10

[Install]
WantedBy=default.target
`
}

/** A user agent of launchd. */
export function launchdPlist({ command, directory }: ServiceFacts, label: string): string {
  const words = command.map((word) => `    <string>${escapeXml(word)}</string>`).join('\n')
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${label}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>WorkingDirectory</key>
  <string>${escapeXml(directory)}</string>
</dict>
</plist>
`
}

function unitWord(word: string): string {
  return `"${escapeUnit(word).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

/** systemd replaces what follows a percent sign, and a dollar sign names a variable. */
function escapeUnit(text: string): string {
  return text.replaceAll('%', '%%').replaceAll('$', '$$$$')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
