import { runCommand } from './cli/command';
import { mlCommand } from './runtime/ml-command';

await runCommand(mlCommand);
