/** Whether an address is this machine's own: what goes there goes through no network. */
export const isLoopback = ({ hostname }: URL): boolean => isLoopbackHost(hostname);

/** The same of a host by itself, as it stands in a URL, or without the brackets of IPv6. */
export const isLoopbackHost = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/.test(host);
