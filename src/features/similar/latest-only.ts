type Parts<Question, Answer> = {
  send: (question: Question) => Promise<Answer>;
  show: (answer: Answer, question: Question) => void;
};

/**
 * Asks one question at a time. Of those that come meanwhile only the last is asked, once the one
 * before it is answered, so that a pointer that moves on neither piles up work nor starves of answers.
 */
export function latestOnly<Question, Answer>({ send, show }: Parts<Question, Answer>) {
  let next: { question: Question } | null = null;
  let isBusy = false;
  let asked = 0;
  let dropped = 0;

  async function work() {
    isBusy = true;
    while (next) {
      const { question } = next;
      const number = asked;
      next = null;
      try {
        const answer = await send(question);
        if (number > dropped) show(answer, question);
      } catch (error) {
        console.warn('A live search was not answered', error);
      }
    }
    isBusy = false;
  }

  return {
    ask(question: Question) {
      asked++;
      next = { question };
      if (!isBusy) void work();
    },
    /** Nothing that was asked so far is shown any more. */
    drop() {
      next = null;
      dropped = asked;
    },
  };
}
