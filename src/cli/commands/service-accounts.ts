import { SERVICES, type ServiceName } from '@lcm/core/api/services.ts';
import { type Command, Option } from 'commander';
import { type Format, print } from '../output/format.ts';
import { placeIn } from './account-book.ts';
import { outputOption, urlOption } from './options.ts';
import {
  type ListedMachine,
  MACHINES,
  type NewMachine,
  withServiceAccountBook,
} from './service-account-book.ts';

/** Adds `service-accounts`. Secrets are printed once, alone on standard output, so that they can go into a file. */
export function addServiceAccountsCommand(program: Command): void {
  const accounts = program
    .command('service-accounts')
    .description('Machines that get tokens by a secret that this installation knows, whether it runs or not');

  accounts
    .command('list')
    .description('List them')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async ({ output }: { output: Format }, command: Command) =>
      print(await withServiceAccountBook(placeIn(command), (book) => book.list()), output, COLUMNS),
    );

  accounts
    .command('add')
    .description('Add one: by roles, for an integrator or a sender of events, or as a service of the system')
    .argument('<name>', 'its client id')
    .addOption(new Option('-r, --role <role...>', 'what it may do').choices(MACHINES).conflicts('service'))
    .addOption(new Option('-s, --service <service>', 'the controller that it is').choices(SERVICES))
    .option('-d, --department <name>', 'where it belongs')
    .option('-g, --group <name...>', 'groups by which policies know it', [])
    .option('-n, --note <text>', 'what it is for, and whom to ask')
    .addOption(urlOption())
    .action(async (name: string, options: AddOptions, command: Command) => {
      const machine = machineOf(name, options);
      tellSecret(name, await withServiceAccountBook(placeIn(command), (book) => book.add(machine)));
    });

  accounts
    .command('secret')
    .description('Give one another secret; the one before, and its tokens, end')
    .argument('<name>')
    .addOption(urlOption())
    .action(async (name: string, _options: object, command: Command) =>
      tellSecret(name, await withServiceAccountBook(placeIn(command), (book) => book.newSecret(name))),
    );

  addSwitch(accounts, 'disable', 'Give one no more tokens; those that it has end', true);
  addSwitch(accounts, 'enable', 'Give one that was disabled tokens again', false);

  accounts
    .command('remove')
    .description('Remove one; its tokens end, and its name is not given again')
    .argument('<name>')
    .addOption(urlOption())
    .action(async (name: string, _options: object, command: Command) => {
      await withServiceAccountBook(placeIn(command), (book) => book.remove(name));
      console.log(`${name} is removed`);
    });
}

function addSwitch(accounts: Command, name: string, description: string, disabled: boolean): void {
  accounts
    .command(name)
    .description(description)
    .argument('<name>')
    .addOption(urlOption())
    .action(async (machine: string, _options: object, command: Command) => {
      await withServiceAccountBook(placeIn(command), (book) => book.setDisabled(machine, disabled));
      console.log(`${machine} ${disabled ? 'gets no tokens any more' : 'gets tokens again'}`);
    });
}

function tellSecret(name: string, secret: string): void {
  console.error(`The secret of ${name}, shown this once:`);
  console.log(secret);
}

interface AddOptions {
  role?: (typeof MACHINES)[number][];
  service?: ServiceName;
  department?: string;
  group: string[];
  note?: string;
}

const machineOf = (name: string, { role, service, department, group, note }: AddOptions): NewMachine => ({
  name,
  groups: group,
  ...(role ? { roles: role } : {}),
  ...(service ? { service } : {}),
  ...(department ? { department } : {}),
  ...(note ? { note } : {}),
});

const COLUMNS = {
  NAME: ({ name }: ListedMachine) => name,
  ROLES: ({ roles, service }: ListedMachine) => service ?? roles.join(','),
  DEPARTMENT: ({ department }: ListedMachine) => department,
  STATUS: ({ disabled }: ListedMachine) => (disabled ? 'disabled' : 'active'),
  SECRET: ({ secretAt }: ListedMachine) => secretAt,
  NOTE: ({ note }: ListedMachine) => note,
};
