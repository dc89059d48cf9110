import { longTestsCommand } from './checks/long-tests';
import { runCommand } from './cli/command';

await runCommand(longTestsCommand);
