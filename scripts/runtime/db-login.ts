import { defineCommand, UsageError } from '../cli/command';

export const dbLoginCommand = defineCommand({
  usage: `Usage: npm run db:login -- ml|reader

Lets one of the roles that the migrations have made log in to a PostgreSQL of your own (DATABASE_URL, past
any pooler DIRECT_DATABASE_URL) with a new password, within limits, and takes CONNECT from PUBLIC. Prints
the URL. Run it as the database's owner, who has to be a member of the role with ADMIN, or as a superuser.`,
  options: {},
  operands: { atLeast: 1, atMost: 1, expected: 'Name one role, ml or reader.' },
  async run(_, [name]) {
    const [{ randomBytes }, { giveLogin, LOGIN_ROLES }, { loadSettings }, { readTarget }] =
      await Promise.all([
        import('node:crypto'),
        import('@/lib/db/role-login'),
        import('./settings'),
        import('@/lib/db/connection'),
      ]);
    const role = LOGIN_ROLES.find((known) => known === name);
    if (!role) throw new UsageError(`There is no role ${name} to give a login to.`);
    const { DATABASE_URL, DIRECT_DATABASE_URL } = loadSettings();
    const url = DIRECT_DATABASE_URL ?? DATABASE_URL;
    if (!url) {
      throw new UsageError(
        'Set DATABASE_URL: the built-in PostgreSQL gives its roles logins itself.',
      );
    }
    const password = randomBytes(24).toString('hex');
    const refused = await giveLogin(url, role, password);
    const { libpqUrl } = readTarget(url);
    console.log(libpqUrl.replace(/^(\w+:\/\/)(?:[^@/]*@)?/, `$1${role}:${password}@`));
    for (const setting of refused) {
      console.error(
        `A superuser alone may limit this: ALTER ROLE ${role} IN DATABASE … SET ${setting};`,
      );
    }
  },
});
