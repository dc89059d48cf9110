import * as z from 'zod';
import { COMMON_ERRORS } from '@/server/api';
import { describeProcedure } from '@/server/describe-procedure';
import { appRouter } from '@/server/root';
import { nameOf, spaced, typeText } from './type-text';

type Procedure = {
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  permission: string;
  input: z.core.$ZodType | undefined;
};
type Schema = z.core.JSONSchema.BaseSchema;

const STATUS: Record<string, number> = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  SERVICE_UNAVAILABLE: 503,
};

/** docs/api.md, from the router and what its procedures are said to do. */
export function renderApi(): string {
  const types = new Map<string, string>();
  const sections = listProcedures().map((procedure) => sectionOf(procedure, types));
  const domains = [...new Set(sections.map(({ domain }) => domain))];
  return [
    introduction(domains),
    ...domains.flatMap((domain) => [
      `## ${domain}`,
      ...sections.filter((section) => section.domain === domain).map(({ text }) => text),
    ]),
    '## Types',
    'What the answers above are made of.',
    code(
      'ts',
      [...types]
        .sort()
        .map(([name, text]) => `type ${name} =${spaced(text)};`)
        .join('\n\n'),
    ),
  ]
    .join('\n\n')
    .concat('\n');
}

function listProcedures(): Procedure[] {
  type Definition = {
    type: Procedure['type'];
    meta?: { permission?: string };
    inputs: z.core.$ZodType[];
  };
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: Definition }>;
  return Object.entries(procedures).map(([path, { _def }]) => ({
    path,
    type: _def.type,
    permission: _def.meta?.permission ?? 'none',
    input: _def.inputs.at(-1),
  }));
}

function sectionOf(procedure: Procedure, types: Map<string, string>) {
  const { path, type, permission, input } = procedure;
  const { summary, output, errors = {}, stream = false } = describeProcedure(path);
  const [domain = ''] = path.split('.');
  const answer = output instanceof z.ZodVoid ? 'void' : textOf(output, 'output', types);
  const lines = [
    `### ${path}`,
    `${type} · permission \`${permission}\``,
    summary,
    code(
      'ts',
      [
        `input:${spaced(input ? textOf(input, 'input', types) : 'void')}`,
        stream ? `stream of:${spaced(answer)}` : `answer:${spaced(answer)}`,
      ].join('\n'),
    ),
    ...Object.entries(errors).map(([name, when]) => `* \`${name}\`: ${when}`),
    code('ts', example(procedure, stream)),
  ];
  return {
    domain,
    text: lines.join('\n\n').replaceAll('\n\n* ', '\n* ').replace('```\n* ', '```\n\n* '),
  };
}

/** The type as text; what has a name of its own goes to `types`. */
function textOf(schema: z.core.$ZodType, io: 'input' | 'output', types: Map<string, string>) {
  const json: Schema = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [ref, part] of Object.entries(json.$defs ?? {})) {
    const name = nameOf(ref);
    const text =
      name === 'Json'
        ? 'string | number | boolean | null | Json[] | { [key: string]: Json }'
        : typeText(part as Schema);
    types.set(name, text);
  }
  return typeText(json);
}

/** How a component uses it. */
function example({ path, type, input }: Procedure, stream: boolean): string {
  const json: Schema = input ? z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' }) : {};
  const given = json.required?.length ? `{ ${json.required.join(', ')} }` : input ? '{}' : '';
  if (stream && type !== 'subscription') {
    const call = type === 'query' ? 'query' : 'mutate';
    return [
      'const { client } = trpc.useUtils();',
      `const stream = await client.${path}.${call}(${given}, { signal });`,
      'for await (const item of stream) take(item);',
    ].join('\n');
  }
  if (type === 'query') return `const { data, error } = trpc.${path}.useQuery(${given});`;
  if (type === 'mutation') {
    return `const { mutate, error } = trpc.${path}.useMutation();\nmutate(${given});`;
  }
  return `trpc.${path}.useSubscription(${given}, { onData: ({ data }) => take(data) });`;
}

const code = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;

function introduction(domains: string[]): string {
  const errors = Object.entries(COMMON_ERRORS).map(
    ([name, when]) => `| \`${name}\` | ${STATUS[name] ?? ''} | ${when} |`,
  );
  return `# The API

Written by \`npm run docs\` from the router; a test fails when the two differ.

Procedures of [tRPC](https://trpc.io) 11 under \`/api/trpc\`, with superjson. In a component
\`trpc\` comes from \`src/trpc/client.tsx\`, and everything has its types;
[an example](examples/span-table.tsx) uses the hooks only. Other programs on this machine send the token that
\`npm start\` keeps in \`DATA_DIR/token\`; a browser has a cookie:

\`\`\`sh
authorization="Authorization: Bearer $(cat .data/token)"
curl -H "$authorization" -G http://127.0.0.1:3000/api/trpc/charts.get --data-urlencode 'input={"json":{"chartId":1}}'
curl -H "$authorization" http://127.0.0.1:3000/api/trpc/charts.create -H 'content-type: application/json' -d '{"json":{"name":"New"}}'
\`\`\`

Times are Unix seconds in UTC, with fractions down to the microsecond. Windows hold both of their ends.
An input with a key that is not listed is refused. What a procedure takes and answers is bounded:
the comments say how.

Domains: ${domains.map((domain) => `[${domain}](#${domain.toLowerCase()})`).join(', ')}; [types](#types).

## Permissions

| permission | roles |
|---|---|
| \`read\` | viewer, annotator, reviewer, owner |
| \`annotate\` | annotator, reviewer, owner |
| \`review\` | reviewer, owner |
| \`manage\` | owner |

Without accounts everybody who is let in is owner; a token may give fewer permissions than its owner has.

## Errors

\`error.data.code\` says what kind it is, \`error.message\` is a sentence for people. A mutation that
failed has changed nothing. Any procedure may answer these; its own are listed with it.

| code | HTTP | when |
|---|---|---|
${errors.join('\n')}
| \`CONFLICT\` | 409 | Something else is there already, or has changed since it was read. |
| \`TOO_MANY_REQUESTS\` | 429 | As the procedure says. |

An answer may be a stream, which is read with \`for await\`. An error in the middle of it is thrown
there; aborting \`signal\` ends it on the server as well.`;
}
