import { runCommand } from './cli/command';
import { buildCommand } from './runtime/build-command';

await runCommand(buildCommand);
