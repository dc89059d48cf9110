import { expect, it } from 'vitest';
import { clockOf } from './clock';
import { currentZone, zoneList } from './zone-list';

it('lists each zone once, by the name that it has today', () => {
  const zones = zoneList();
  for (const zone of ['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Kathmandu', 'America/New_York']) {
    expect(zones.filter((one) => one === zone)).toEqual([zone]);
  }
  expect(zones).not.toContain('Asia/Calcutta');
  expect(zones.map(currentZone)).toEqual(zones);
  // India has been at UTC+05:30 all along.
  expect(clockOf('Asia/Kolkata').offset(1_700_000_000)).toBe(19_800);
});
