/**
 * The listen addresses with the ports that the system chose, so that the next
 * start asks for the same ones. `bound` are addresses this node is reached at,
 * which name interfaces where `listen` names all of them.
 */
export function withChosenPorts(listen: readonly string[], bound: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return listen.map((address) => {
    const wanted = /^\/(ip[46])\/([^/]+)\/tcp\/0(\/ws)?$/.exec(address)
    if (wanted === null) return address
    const [, family = '', host = '', suffix = ''] = wanted
    for (const each of bound) {
      const found = /^\/(ip[46])\/([^/]+)\/tcp\/(\d+)(\/ws)?(\/p2p\/[^/]+)?$/.exec(each)
      const port = found?.[3]
      if (port === undefined || found?.[1] !== family || (found[4] ?? '') !== suffix) continue
      if (taken.has(`${family} ${port}`) || !(isAny(host) || found[2] === host)) continue
      taken.add(`${family} ${port}`)
      return `/${family}/${host}/tcp/${port}${suffix}`
    }
    return address
  })
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}
