import packageJson from '../package.json' with { type: 'json' }

/** The version of this package, as it was published. */
export const VERSION: string = packageJson.version
