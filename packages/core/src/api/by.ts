/** Who asked the device to write. Faces set it from the credential, never from an argument. */
export interface By {
  readonly agent?: string
  readonly run?: string
  readonly origin?: 'user' | 'model' | 'tool' | 'import'
}
