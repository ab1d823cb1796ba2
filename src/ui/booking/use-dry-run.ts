import type { BookingRequest } from '@lcm/core/api/sessions.ts';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { client } from '../app/client.ts';

const CALM_MS = 300;
const AGAIN_MS = 15_000;

/**
 * What the booking would come to, asked 300 ms after the last change. Answers to older questions are dropped;
 * an answer that is still shown while the next one is on its way is marked `old`.
 */
export function useDryRun(request: BookingRequest | undefined) {
  const text = request ? JSON.stringify(request) : '';
  const [calm] = useDebouncedValue(text, CALM_MS);
  const { data, error, isPlaceholderData, isFetching } = useQuery({
    queryKey: ['dry-run', calm],
    queryFn: ({ signal }) => client.sessions.dryRun({ body: JSON.parse(calm) as BookingRequest, signal }),
    enabled: calm !== '',
    placeholderData: keepPreviousData,
    staleTime: 0,
    refetchInterval: AGAIN_MS,
  });
  const current = text !== '' && text === calm;
  return {
    answer: text === '' ? undefined : data,
    error: current ? error : null,
    old: !current || isPlaceholderData,
    checking: text !== '' && (!current || isFetching),
  };
}
