import type { Endpoint } from '@lcm/core/api/endpoint.ts';
import { useQuery } from '@tanstack/react-query';
import { client, queryClient } from './client.ts';

/** Under which the answer is remembered. */
export const ME = ['me'];

const me = { queryKey: ME, queryFn: () => client.auth.session(), staleTime: 60_000 };

/** Who is logged in, and until when. */
export type Me = Awaited<ReturnType<typeof client.auth.session>>;

/** Who is logged in. Undefined until the server has said so. */
export function useMe() {
  return useQuery(me).data;
}

/** Why the server does not say who is logged in; undefined where it does, or was not asked yet. */
export function useMeError(): Error | undefined {
  return useQuery(me).error ?? undefined;
}

/** Asks the server anew who is logged in, and until when. */
export function askMe(): Promise<Me> {
  return queryClient.fetchQuery({ ...me, staleTime: 0 });
}

/** Whether the one who is logged in may call it. The server decides; the page only leaves out what it would refuse. */
export function useMayCall(): (endpoint: Pick<Endpoint, 'roles'>) => boolean {
  const roles = useMe()?.roles ?? [];
  return (endpoint) => endpoint.roles.some((role) => roles.includes(role));
}
