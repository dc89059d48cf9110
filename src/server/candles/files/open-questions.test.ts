import { describe, expect, it } from 'vitest';
import { asked, DAYS, detect, options } from './testing-detect';

/* What a file leaves open is a question, and never a silent guess. */

const HEADER = 'time,open,high,low,close,volume';
const days = (write: (day: string) => string, header = HEADER) =>
  [
    header,
    ...DAYS.map((day, i) => `${write(day)},${100 + i},${102 + i},${99 + i},${101 + i},7${i}`),
  ]
    .join('\n')
    .concat('\n');
const hours = (header: string, more: (i: number) => string = () => '') =>
  [header, ...DAYS.map((_, i) => `2024-01-15 1${i}:00${more(i)},1.${i},2.5,1,1.${i + 1}`)].join(
    '\n',
  );

describe('years of two digits', () => {
  it.each(['24-01-29', '24/01/29', '24.01.29'])('are read where they stand first: %s', (like) => {
    const { mapping, questions } = detect(days((day) => day.replaceAll('-', like[2]!)));
    expect([mapping.timeFormat, questions]).toEqual(['ymd', []]);
  });

  it('are read where they stand last', () => {
    const { mapping, questions } = detect(days((day) => day.split('-').toReversed().join('-')));
    expect([mapping.timeFormat, questions]).toEqual(['dmy', []]);
  });

  it('are asked for where days and years go on alike', () => {
    const months = ['01', '02', '03'].map((month) => `24-${month}-01,1,2,1,2`);
    const questions = asked(['time,open,high,low,close', ...months].join('\n'));
    expect(questions[0]?.text).toContain('Which comes first, the year or the day?');
    expect(options(questions)?.toSorted()).toEqual(['--time-format dmy', '--time-format ymd']);
  });

  it('are read beside names of months', () => {
    const named = (day: string) => day.replace('-01-', '-Jan-').replace('-02-', '-Feb-');
    const [first, last] = [
      days(named),
      days((day) => named(day).split('-').toReversed().join('-')),
    ];
    expect([first, last].map((text) => detect(text).mapping.timeFormat)).toEqual([
      'y-mon-d',
      'd-mon-y',
    ]);
    expect([first, last].flatMap(asked)).toEqual([]);
  });

  it('are asked for with all three ways to read one day', () => {
    const questions = asked('time,open,high,low,close\n03-04-05,1,2,1,2\n');
    expect(questions[0]?.text).toContain('can be read in three ways');
    expect(questions[0]?.answers).toHaveLength(3);
  });
});

describe('a zone that the table names beside its times', () => {
  it.each([
    ['Time (EST)', 'EST', ['America/New_York', '-05:00', 'UTC']],
    ['time_et', 'ET', ['America/New_York', 'UTC']],
    ['Date (UTC+2)', 'UTC+2', ['+02:00', 'UTC']],
    ['Datetime [Asia/Tokyo]', 'Asia/Tokyo', ['Asia/Tokyo', 'UTC']],
    ['Local time', 'local', ['America/New_York', 'Europe/Berlin', 'UTC']],
  ])('is asked for: %s', (name, says, zones) => {
    const questions = asked(hours(`${name},open,high,low,close`));
    expect(questions).toHaveLength(1);
    expect(questions[0]).toMatchObject({ field: 'timeZone', assumed: null });
    expect(questions[0]!.text).toContain(`says ${says}`);
    expect(options(questions)).toEqual(zones.map((zone) => `--timezone ${zone}`));
  });

  it.each(['Gmt time', 'datetime_utc', 'Time (UTC)', 'Date et heure', 'time'])(
    'is none, or UTC: %s',
    (name) => expect(asked(hours(`${name},open,high,low,close`))).toEqual([]),
  );

  it.each([
    ['tz', (i: number) => (i < 2 ? ',EST' : ',EDT'), 'America/New_York'],
    ['GmtOffset', () => ',-18000', '-05:00'],
    ['x', () => ',Europe/Berlin', 'Europe/Berlin'],
  ])('is asked for where a column says it: %s', (name, cell, zone) => {
    const questions = asked(hours(`time,${name},open,high,low,close`, cell));
    expect(questions).toHaveLength(1);
    expect(options(questions)?.[0]).toBe(`--timezone ${zone}`);
  });

  it.each(['Time zone: US/Eastern', 'All times are in EST.', 'Timezone,America/New_York'])(
    'is asked for where a line above says it: %s',
    (line) => {
      const questions = asked(`${line}\n${hours('time,open,high,low,close')}`);
      expect(questions).toHaveLength(1);
      expect(questions[0]!.text).toContain('In which zone are they?');
    },
  );

  it('is no symbol', () => {
    const { symbol, questions } = detect(hours('time,symbol,open,high,low,close', () => ',EST'));
    expect([symbol, questions]).toEqual(['EST', []]);
  });

  it('is not asked for where times have an offset, or none to move', () => {
    expect(asked(hours('Time (EST),open,high,low,close', () => '-05:00'))).toEqual([]);
    expect(asked(days((day) => `20${day}`, HEADER.replace('time', 'Date (EST)')))).toEqual([]);
  });
});

describe('prices of three digits behind their only sign', () => {
  const table = (delimiter: string, sign: string, volume: string) =>
    [
      HEADER.replaceAll(',', delimiter),
      ...DAYS.map((day) =>
        [
          `20${day}`,
          ...['1x123', '1x250', '0x985', '1x050'].map((price) => price.replace('x', sign)),
          volume,
        ].join(delimiter),
      ),
    ].join('\n');
  const near = (delimiter: string, sign: string, volume: string) =>
    table(delimiter, sign, volume).replaceAll(`0${sign}985`, `1${sign}001`);

  it('are asked for', () => {
    const questions = asked(near('\t', ',', '5000'));
    expect(questions[0]).toMatchObject({ field: 'decimalComma', assumed: null });
    expect(options(questions)).toEqual(['--decimal-point', '--decimal-comma']);
  });

  it('are told by a volume of more groups', () => {
    const { mapping, questions } = detect(near('\t', ',', '1,234,567'));
    expect([mapping.decimalComma, questions]).toEqual([false, []]);
  });

  it('are told by prices on both sides of a thousand', () => {
    const { mapping, questions } = detect(table('\t', ',', '5000').replaceAll('0,985', '985'));
    expect([mapping.decimalComma, questions]).toEqual([false, []]);
  });

  it('are decimals between semicolons, and told where they have points', () => {
    expect(detect(near(';', ',', '5000'))).toMatchObject({
      mapping: { decimalComma: true },
      questions: [],
    });
    const { mapping, questions } = detect(near(';', '.', '5000'));
    expect(mapping.decimalComma).toBe(false);
    expect(questions[0]).toMatchObject({ field: 'decimalComma', assumed: 'read as 1.123' });
  });
});

describe('columns that the header does not tell', () => {
  it('are asked for where commas have parted numbers', () => {
    const questions = asked(days((day) => `20${day}`).replaceAll(/,(1\d\d|99)(?=,)/g, ',$1,25'));
    expect(questions[0]?.text).toContain('Its header has 6 names, but its rows have 10 columns');
    const volumes = asked(days((day) => `20${day}`).replaceAll(/,7(\d)\n/g, ',7,00$1\n'));
    expect(volumes[0]?.text).toContain('Its header has 6 names, but its rows have 7 columns');
  });

  it('are asked for where two have one name', () => {
    const questions = asked(days((day) => `20${day}`, 'time,open,high,low,close,close'));
    expect(questions[0]?.text).toBe(
      'The same name stands over several columns: “close”. Which are the prices?',
    );
    expect(questions[0]?.answers.map(({ label }) => label)).toEqual([
      'close column 5 (101)',
      'close column 6 (70)',
    ]);
    const both = asked('time,open,open,high,low,close,close\n2024-01-02,1,1.1,2,1,1.5,1.6\n');
    expect(both).toHaveLength(1);
    expect(both[0]?.answers[1]?.sets.columns).toEqual([
      'time',
      'ignore',
      'open',
      'high',
      'low',
      'ignore',
      'close',
    ]);
  });

  it('are named where one of them may be the volume', () => {
    const { notes } = detect(days((day) => `20${day}`, 'time,open,high,low,close,Zorp'));
    expect(notes).toEqual([
      'No column is known for the volume; “Zorp” may be it, and is left out.',
    ]);
    expect(detect(days((day) => `20${day}`, 'time,open,high,low,close,change')).notes).toEqual([]);
  });
});

it('a time that candles end at is said to be one', () => {
  expect(detect(hours('close_time,open,high,low,close')).notes).toEqual([
    expect.stringContaining('“close_time” is when candles end.'),
  ]);
  expect(detect(hours('open_time,open,high,low,close')).notes).toEqual([]);
});

describe('numbers that count something else than they seem', () => {
  const counted = (write: (i: number) => string, name = 'time') =>
    [
      `${name},open,high,low,close`,
      ...DAYS.map((_, i) => `${write(i)},1.${i},2.5,1,1.${i + 1}`),
    ].join('\n');

  it.each([
    ['minutes', (i: number) => String(28_421_820 + i * 60), '1970-11-25'],
    [
      'ticks of .NET',
      (i: number) => String(638_409_060_000_000_000n + BigInt(i) * 36_000_000_000n),
      '1990-03-25',
    ],
    ['days since 1970', (i: number) => String(19_724 + i), '1953-12-31'],
    ['a date without its century', (i: number) => `24010209${i}0`, '2046-01-31'],
  ])('are asked for: %s', (_, write, day) => {
    const questions = asked(counted(write));
    expect(questions).toHaveLength(1);
    expect(questions[0]!.text).toContain(`is ${day}`);
    expect(options(questions)?.[0]).toContain('--time-format');
  });

  it.each([
    ['days of long ago', (i: number) => String(-252_374_400 + i * 86_400)],
    [
      'days whose session begins in the afternoon',
      (i: number) => String(-252_322_200 + i * 86_400),
    ],
    ['days of Excel', (i: number) => String(45_306 + i)],
    ['minutes of our time', (i: number) => String(1_705_309_200 + i * 60)],
    ['a date and an hour', (i: number) => `202401020${i}`],
  ])('are not where they are likely: %s', (_, write) => {
    expect(asked(counted(write))).toEqual([]);
  });
});

it('takes the time at which candles open beside those of their highs and ends', () => {
  const rows = DAYS.map(
    (day, i) =>
      `20${day}T07:1${i}:00Z,20${day}T23:59:59.999Z,20${day}T00:00:00Z,${100 + i},${102 + i},${99 + i},${101 + i}`,
  );
  const names = 'time_high,timestamp,time_open,price_open,price_high,price_low,price_close';
  const { mapping, notes } = detect([names, ...rows].join('\n'));
  expect(mapping.columns).toEqual(['ignore', 'ignore', 'time', 'open', 'high', 'low', 'close']);
  expect(notes).toEqual([]);
});

it('says that times are of the ends of candles where their last moments are all that there is', () => {
  const { notes } = detect(days((day) => `20${day} 23:59:59.999`, HEADER));
  expect(notes).toEqual([expect.stringContaining('“time” is when candles end')]);
});

it('takes the time of UTC beside one of a zone', () => {
  const rows = DAYS.map(
    (_, i) => `2024-01-15T1${i + 1}:00:00,2024-01-15T1${i}:00:00,1.${i},2.5,1,1.${i + 1}`,
  );
  const { mapping } = detect(
    ['snapshotTime,snapshotTimeUTC,open,high,low,close', ...rows].join('\n'),
  );
  expect(mapping.columns.slice(0, 2)).toEqual(['ignore', 'time']);
});

describe('hours beside a date', () => {
  const hourly = (name: string, count: number) =>
    [
      `date,${name},open,high,low,close`,
      ...Array.from(
        { length: count },
        (_, i) => `2024-01-${15 + Math.floor(i / 24)},${i % 24},1,2,1,2`,
      ),
    ].join('\n');

  it('are hours, by their name or over several days', () => {
    for (const text of [hourly('hour', 12), hourly('time', 48)]) {
      const { mapping, questions } = detect(text);
      expect([mapping.timeOfDayDigits, questions]).toEqual([2, []]);
    }
  });

  it('are asked about where they may be minutes after midnight', () => {
    const questions = asked(hourly('time', 12));
    expect(options(questions)).toEqual(['--time-of-day hh', '--time-of-day hhmm']);
    expect(questions[0]?.answers.map(({ label }) => label)).toEqual([
      'HH: 1 is 01:00',
      'HHMM: 1 is 00:01',
    ]);
    const daily = DAYS.map((day) => `20${day},15,1,2,1,2`);
    expect(options(asked(['date,time,open,high,low,close', ...daily].join('\n')))).toEqual([
      '--time-of-day hh',
      '--time-of-day hhmm',
    ]);
  });
});

it('does not leave out a part of the time without a word', () => {
  const rows = (name: string, write: (i: number) => string) =>
    [
      `date,hour,${name},open,high,low,close`,
      ...DAYS.map((day, i) => `20${day},${i + 1},${write(i)},1,2,1,2`),
    ].join('\n');
  for (const [name, write] of [
    ['minute', (i: number) => String(i % 2 ? 30 : 0)],
    ['half', (i: number) => (i % 2 ? 'AM' : 'PM')],
  ] as const) {
    const [question] = asked(rows(name, write));
    expect(question).toMatchObject({ field: 'columns', assumed: null });
    expect(question?.text).toContain(`“${name}” belongs to the time in “hour”`);
    expect(question?.answers.map(({ label }) => label)).toEqual([`Leave out “${name}”`]);
  }
  expect(asked(rows('minute', () => '0'))).toEqual([]);
});

it('says that hours from 1 to 24 are of the ends of candles', () => {
  const from = (first: number) =>
    [
      'date,hour,open,high,low,close',
      ...Array.from({ length: 24 }, (_, i) => `2024-01-15,${i + first},1,2,1,2`),
    ].join('\n');
  expect(detect(from(1)).notes).toEqual([expect.stringContaining('“hour” is when candles end')]);
  expect(detect(from(0)).notes).toEqual([]);
});

it('asks of one row in another century without asking for a calendar', () => {
  const text = days((day) => (day === DAYS[2] ? `21${day}` : `20${day}`));
  const [question] = asked(text);
  expect(question?.text).toContain('2124-01-31, a year that no candles are of. Other rows do not');
});

it('says what to do where times stand in several columns', () => {
  const rows = DAYS.map((_, i) => `2024,1,${i + 1},1,2,1,2`);
  expect(asked(['Year,Month,Day,open,high,low,close', ...rows].join('\n'))[0]?.text).toContain(
    'in several columns, “Year”, “Month”, “Day”',
  );
});
