import { Refusal } from '@lcm/core/domain/refusal.ts';
import { type Command, Option } from 'commander';
import { askSecret } from '../credentials/ask.ts';
import { type Format, print } from '../output/format.ts';
import { type ListedAccount, type NewAccount, PEOPLE, placeIn, withAccountBook } from './account-book.ts';
import { outputOption, urlOption } from './options.ts';

/** Adds `accounts`. Passwords are typed or come by standard input: arguments are for all on the machine to read. */
export function addAccountsCommand(program: Command): void {
  const accounts = program
    .command('accounts')
    .description('The accounts that this installation keeps, whether it runs or not');

  accounts
    .command('list')
    .description('List them')
    .addOption(outputOption())
    .addOption(urlOption())
    .action(async ({ output }: { output: Format }, command: Command) =>
      print(await withAccountBook(placeIn(command), (book) => book.list()), output, COLUMNS),
    );

  accounts
    .command('add')
    .description('Add one; its password is asked for, or read from standard input')
    .argument('<username>')
    .addOption(new Option('-r, --role <role...>', 'what it may do').choices(PEOPLE).makeOptionMandatory())
    .option('-d, --department <name>', 'where it belongs')
    .option('-g, --group <name...>', 'groups by which policies know it', [])
    .option('-e, --email <address>', 'by which sessions that were booked for it are claimed')
    .addOption(urlOption())
    .action(async (username: string, options: AddOptions, command: Command) => {
      const account = accountOf(username, options);
      const password = await newPassword();
      await withAccountBook(placeIn(command), (book) => book.add(account, password), true);
      console.log(`${username} can log in now, as ${account.roles.join(', ')}`);
    });

  accounts
    .command('password')
    .description('Give one another password; all that it has signed in to ends')
    .argument('<username>')
    .addOption(urlOption())
    .action(async (username: string, _options: object, command: Command) => {
      const password = await newPassword();
      await withAccountBook(placeIn(command), (book) => book.setPassword(username, password));
      console.log(`${username} has another password now`);
    });

  addSwitch(accounts, 'disable', 'Let one log in no more; all that it has signed in to ends', true);
  addSwitch(accounts, 'enable', 'Let one that was disabled log in again', false);
}

function addSwitch(accounts: Command, name: string, description: string, disabled: boolean): void {
  accounts
    .command(name)
    .description(description)
    .argument('<username>')
    .addOption(urlOption())
    .action(async (username: string, _options: object, command: Command) => {
      await withAccountBook(placeIn(command), (book) => book.setDisabled(username, disabled));
      console.log(`${username} ${disabled ? 'cannot log in any more' : 'can log in again'}`);
    });
}

interface AddOptions {
  role: NewAccount['roles'];
  department?: string;
  group: string[];
  email?: string;
}

const accountOf = (username: string, { role, department, group, email }: AddOptions): NewAccount => ({
  username,
  roles: role,
  groups: group,
  ...(department ? { department } : {}),
  ...(email ? { email } : {}),
});

const COLUMNS = {
  USERNAME: ({ username }: ListedAccount) => username,
  ROLES: ({ roles }: ListedAccount) => roles.join(','),
  DEPARTMENT: ({ department }: ListedAccount) => department,
  STATUS: ({ disabled, demo }: ListedAccount) => (disabled ? 'disabled' : demo ? 'demo' : 'active'),
};

/** A new password, typed twice where somebody types. */
async function newPassword(): Promise<string> {
  const password = await askSecret('New password: ');
  if (process.stdin.isTTY && (await askSecret('Again: ')) !== password)
    throw new Refusal('invalid', 'the two are not the same');
  return password;
}
