import type { SessionView } from '@lcm/core/api/sessions.ts';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from '../app/client.ts';
import { useConnection } from '../live/use-connection.ts';
import { stores } from '../store/stores.ts';
import { useEntity } from '../store/use-entity.ts';

/** The session, live; one that is too old for the stream is fetched once. */
export function useSession(id: string): { view: SessionView | undefined; failed: unknown } {
  const streamed = useEntity(stores.session, id);
  const loaded = useConnection().loaded;
  const fetched = useQuery({
    queryKey: ['session', id],
    queryFn: () => client.sessions.get({ params: { id: id } }),
    enabled: loaded && !streamed,
  });
  const answer = fetched.data;
  useEffect(() => {
    if (answer) stores.session.put([answer]);
  }, [answer]);
  return { view: streamed ?? answer, failed: fetched.error };
}
