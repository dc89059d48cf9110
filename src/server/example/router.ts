import { openExampleInput } from '@/contract/example';
import { procedureFor, router } from '../trpc';
import { openExample } from './data';

export const exampleRouter = router({
  open: procedureFor('manage')
    .input(openExampleInput)
    .mutation(({ ctx }) => openExample(ctx.db, ctx.scope)),
});
