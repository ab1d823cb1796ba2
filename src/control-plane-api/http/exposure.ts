/** How the API stands towards the outside: what of that its own address and its network decide. */
export interface Exposure {
  /** Where browsers find it, such as `https://lcm.example.com`. */
  publicUrl?: string | undefined;
  /** Pages of other origins that may read it from a browser; none where empty. */
  corsOrigins?: readonly string[] | undefined;
  /** Addresses and networks whose `X-Forwarded-For` is believed; nobody's where empty. */
  trustedProxies?: readonly string[] | undefined;
  /** Whether nobody but this machine reaches it, since it listens on loopback. */
  onlyHere?: boolean | undefined;
}
