/** What a member may do: everything, or everything outside of the private space. The first may administrate. */
export type Standing = 'insider' | 'outsider'
