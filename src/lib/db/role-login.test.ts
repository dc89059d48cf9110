import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openClient } from './connection';
import { giveLogin, LOGIN_ROLES, ROLE_LIMITS } from './role-login';
import { testDatabase } from './testing';

const PASSWORD = `it's "quoted" \\ and % long`;
let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(async () => {
  await own.db.execute(`alter role reader nologin password null connection limit -1`);
  await own.db.execute('drop role if exists stranger, owner_of_it');
  await own.close();
});

function urlOf(user: string, password: string) {
  const url = new URL(own.url);
  url.username = user;
  url.password = encodeURIComponent(password);
  return url.href;
}
async function ask(url: string, text: string) {
  const client = await openClient(url, { applicationName: 'test' });
  return (await client.query(text).finally(() => client.end())).rows[0];
}

test('reader logs in, within limits, and a role that has none here does not', async () => {
  await own.db.execute(`create role stranger login password 'stranger'`);
  expect(await ask(urlOf('stranger', 'stranger'), 'select 1 as one')).toEqual({ one: 1 });
  await expect(ask(urlOf('reader', PASSWORD), 'select 1')).rejects.toThrow(/reader/);
  expect(await giveLogin(own.url, 'reader', PASSWORD)).toEqual([]);
  expect(
    await ask(
      urlOf('reader', PASSWORD),
      `select current_setting('statement_timeout') as time, current_setting('temp_file_limit') as disk,
        current_setting('lock_timeout') as lock,
        current_setting('idle_in_transaction_session_timeout') as idle,
        (select rolconnlimit from pg_roles where rolname = 'reader') as connections,
        (select count(*)::int from charts) as charts`,
    ),
  ).toEqual({ time: '10min', disk: '10GB', lock: '10s', idle: '1h', connections: 20, charts: 0 });
  await expect(ask(urlOf('stranger', 'stranger'), 'select 1')).rejects.toThrow(
    /permission denied for database/,
  );
});

test('Docker’s roles have the same limits', () => {
  const script = readFileSync('docker/role-limits.sql', 'utf8');
  const set = script.matchAll(/ALTER ROLE (\w+) IN DATABASE \w+ SET (\w+) TO '(\w+)'/g);
  const found = [...set].map(([, ...limit]) => limit.join(' '));
  const wanted = LOGIN_ROLES.flatMap((role) =>
    Object.entries(ROLE_LIMITS[role].settings).map(([name, value]) => `${role} ${name} ${value}`),
  );
  expect(found.sort()).toEqual(wanted.sort());
  for (const role of LOGIN_ROLES) {
    expect(script).toContain(
      `ALTER ROLE ${role} CONNECTION LIMIT ${ROLE_LIMITS[role].connections};`,
    );
  }
});

test('an owner who is no superuser is told what is left to do', async () => {
  await own.db.execute(`create role owner_of_it login createrole password 'owner'`);
  await own.db.execute(`grant reader to owner_of_it with admin option`);
  const name = new URL(own.url).pathname.slice(1);
  await own.db.execute(`alter database ${name} owner to owner_of_it`);
  expect(await giveLogin(urlOf('owner_of_it', 'owner'), 'reader', 'new')).toEqual([
    'temp_file_limit = 10GB',
  ]);
  expect(await ask(urlOf('reader', 'new'), 'select 1 as one')).toEqual({ one: 1 });
  await own.db.execute(`alter database ${name} owner to current_user`);
});
