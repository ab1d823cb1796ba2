import { Refusal } from '@lcm/core/domain/refusal.ts';
import type { Command } from 'commander';
import { createParser } from 'eventsource-parser';
import { tokenAt } from '../api.ts';
import { table } from '../output/table.ts';
import { urlOption } from './options.ts';

/** Adds `watch`. */
export function addWatchCommand(program: Command): void {
  program
    .command('watch')
    .description('Print what happens, as it happens')
    .option('--kinds <kinds>', 'session, worker, definition, lab-record; comma-separated', 'session,worker')
    .option('--session <id>', 'only this session')
    .option('-o, --output <format>', 'text or json', 'text')
    .addOption(urlOption())
    .action(
      async ({
        kinds,
        session,
        output,
        url,
      }: {
        kinds: string;
        session?: string;
        output: string;
        url: string;
      }) => {
        const query = new URLSearchParams({ kinds, ...(session ? { sessionIds: session } : {}) });
        const token = tokenAt(url);
        let lastEventId: string | undefined;
        for (;;) {
          const response = await fetch(`${url}/api/events/stream?${query}`, {
            headers: {
              ...(token ? { authorization: `Bearer ${token}` } : {}),
              ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
            },
          });
          if (response.status === 401) throw new Refusal('unauthenticated', 'nobody is logged in');
          if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
          const parser = createParser({
            onEvent: ({ event, id, data }) => {
              if (id) lastEventId = id;
              show(event ?? '', data, output);
            },
          });
          const decoder = new TextDecoder();
          for await (const chunk of response.body) parser.feed(decoder.decode(chunk, { stream: true }));
          console.error('The stream ended; connecting again.');
        }
      },
    );
}

interface Change {
  data?: { kind?: string; id?: string; entity?: { status?: string; name?: string }; events?: string[] };
}

function show(event: string, data: string, output: string): void {
  if (output === 'json') {
    console.log(data);
    return;
  }
  const { data: change } = JSON.parse(data) as Change;
  if (!change?.entity) return;
  const time = new Date().toISOString().slice(11, 23);
  console.log(
    table([
      [time, event.padEnd(34), change.id ?? '', change.entity.status ?? '', change.events?.join(' ') ?? ''],
    ]),
  );
}
