import { benchCommand } from './bench/benchmarks';
import { runCommand } from './cli/command';

await runCommand(benchCommand);
