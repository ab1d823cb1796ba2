import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { definitionRequest } from '@lcm/core/api/definitions.ts';
import { Refusal } from '@lcm/core/domain/refusal.ts';
import { workerTemplateSpec } from '@lcm/core/domain/worker-template.ts';
import { type Command, InvalidArgumentError } from 'commander';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type Api, apiAt } from '../api.ts';
import { type Format, print } from '../output/format.ts';
import { kindNamed } from './kinds.ts';
import { outputOption, urlOption } from './options.ts';

/** Adds `book`, `cancel`, `close` and `apply`. */
export function addWriteCommands(program: Command): void {
  program
    .command('book')
    .description('Book a session')
    .argument('<definition>', 'name, or name@version')
    .option('--start <time>', 'when it starts, UTC ISO 8601; as soon as possible where absent')
    .option('--end <time>', 'when it ends, in place of --minutes')
    .option('--minutes <n>', 'how long it lasts', wholeNumber)
    .option('--email <address>', "the candidate's e-mail address")
    .option('--reservation <id>', 'id of the reservation in a booking system; books at most once')
    .option('--region <region>', 'only there')
    .option('--dry-run', 'say what it would come to, book nothing')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async (definition: string, options: BookOptions) => book(definition, options));

  program
    .command('cancel')
    .description('Cancel a session; what it holds is given back')
    .argument('<session>', 'id of the session')
    .option('--reason <text>', 'why')
    .addOption(urlOption())
    .action(async (id: string, { reason, url }: { reason?: string; url: string }) => {
      const session = await apiAt(url).sessions.cancel({ params: { id }, body: reason ? { reason } : {} });
      console.log(`${session.id} is ${session.status}`);
    });

  program
    .command('close')
    .description('Say that the work of a task is done')
    .argument('<task>', 'id of the task')
    .addOption(urlOption())
    .action(async (id: string, { url }: { url: string }) => {
      const task = await apiAt(url).tasks.close({ params: { id } });
      console.log(`${task.id} is ${task.status}`);
    });

  program
    .command('apply')
    .description(
      'Make or change what a file declares: `kind: WorkerTemplate` or `kind: Definition`, and its `spec`',
    )
    .requiredOption(
      '-f, --file <path>',
      'YAML file; several documents are possible. `topologyFile` is read beside it',
    )
    .addOption(urlOption())
    .action(async ({ file, url }: { file: string; url: string }) => {
      for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
        if (document.errors[0]) throw new Refusal('invalid', `${file}: ${document.errors[0].message}`);
        console.log(await applyOne(apiAt(url), document.toJS(), file));
      }
    });
}

interface BookOptions {
  start?: string;
  end?: string;
  minutes?: number;
  email?: string;
  reservation?: string;
  region?: string;
  dryRun?: boolean;
  output: Format;
  url: string;
}

async function book(definition: string, options: BookOptions): Promise<void> {
  const { start, end, minutes, email, reservation, region, output } = options;
  const [name = '', version] = definition.split('@');
  const body = {
    definition: { name, ...(version ? { version } : {}) },
    ...(start ? { start } : {}),
    ...(end ? { end } : { durationSeconds: (minutes ?? 60) * 60 }),
    ...(email ? { candidate: { email } } : {}),
    ...(reservation ? { reservationId: reservation } : {}),
    ...(region ? { region } : {}),
  };
  const api = apiAt(options.url);
  if (!options.dryRun) {
    print([await api.sessions.book({ body })] as never[], output, kindNamed('session').columns);
    return;
  }
  const answer = await api.sessions.dryRun({ body });
  if (output !== 'table') {
    print([answer], output, {});
    return;
  }
  const { fits, decision, costUsd, alternatives, template } = answer;
  const reason = decision.reason ? `: ${decision.reason.message}` : '';
  console.log(
    fits
      ? `It fits${decision.winner ? ` on ${decision.winner.workerId}` : ''}${reason}`
      : `It does not fit${reason}`,
  );
  if (template) console.log(`A worker of template ${template.name} would be made`);
  console.log(`About $${costUsd.toFixed(2)}`);
  for (const other of fits ? [] : alternatives)
    console.log(`It would fit from ${other.start} to ${other.end}`);
}

const declared = z.object({
  kind: z.enum(['WorkerTemplate', 'Definition']),
  spec: z.record(z.string(), z.unknown()),
  topologyFile: z.string().optional(),
});

async function applyOne(api: Api, document: unknown, file: string): Promise<string> {
  const parsed = declared.safeParse(document);
  if (!parsed.success) {
    throw new Refusal('invalid', `${file}: needs kind (WorkerTemplate or Definition) and spec`, {
      fields: parsed.error.issues.map(({ path, message }) => ({ pointer: `/${path.join('/')}`, message })),
    });
  }
  const { kind, spec, topologyFile } = parsed.data;
  if (kind === 'WorkerTemplate') return applyTemplate(api, workerTemplateSpec.strict().parse(spec));
  const topology = topologyFile ? await readFile(resolve(dirname(file), topologyFile), 'utf8') : undefined;
  const request = definitionRequest.strict().parse({ ...spec, ...(topology ? { topology } : {}) });
  const { id, status } = await api.definitions.create({ body: request });
  return `definition ${id} is ${status}`;
}

async function applyTemplate(api: Api, spec: z.output<typeof workerTemplateSpec>): Promise<string> {
  const known = (await api.workerTemplates.list({ query: { limit: 1000 } })).items.find(
    ({ name }) => name === spec.name,
  );
  if (!known) {
    await api.workerTemplates.create({ body: spec });
    return `worker template ${spec.name} made`;
  }
  const updated = await api.workerTemplates.update({
    params: { id: known.id },
    body: spec,
    headers: { 'if-match': `"${known.version}"` },
  });
  return `worker template ${spec.name} ${updated.version === known.version ? 'unchanged' : 'changed'}`;
}

function wholeNumber(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('must be a whole number above 0');
}
