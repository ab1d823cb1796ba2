import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';

/** Who is logged in. Undefined until the server has said so. */
export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: () => client.system.whoAmI(), staleTime: 60_000 }).data;
}

/** Whether the one who is logged in may call it. The server decides; the page only leaves out what it would refuse. */
export function useMayCall(): (endpoint: Pick<Endpoint, 'roles'>) => boolean {
  const roles = useMe()?.roles ?? [];
  return (endpoint) => endpoint.roles.some((role) => roles.includes(role));
}
