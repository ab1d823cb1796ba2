import { createClient } from '@lcm/core/api/client.ts';
import { publicContract } from '@lcm/core/api/contract.ts';
import { Refusal } from '@lcm/core/api/vocabulary.ts';
import { QueryClient } from '@tanstack/react-query';
import { connection } from '../live/live.ts';
import { withCsrfToken } from '../login/csrf.ts';

/** The typed client of the control plane that served this page; the login is in a cookie. */
export const client = createClient(publicContract, {
  baseUrl: '',
  fetch: withCsrfToken(async (url, init) => {
    const response = await fetch(url, { ...init, credentials: 'same-origin' });
    if (response.status === 401) connection.set({ state: { kind: 'signedOut' } });
    return response;
  }),
});

/** Answers of what is not streamed: explanations, histories, reports. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // A refusal stays one; only a server that cannot be reached is asked again.
      retry: (failures, error) => failures < 2 && error instanceof Refusal && error.code === 'unavailable',
    },
  },
});
