import { Notice } from '@/components/notice';
import type { Mapping, Question } from '@/contract/uploads';
import type { ImportChoices, Reading } from './use-import';

const LISTED = 8;

/** What is asked and neither answered nor set by a person; one without answers says what to look at. */
export const openQuestions = ({ inspection, choices }: Reading): Question[] =>
  inspection.questions.filter(
    ({ field, answers }) => answers.length > 0 && !choices.answered.includes(field),
  );

/** What a file leaves open: nothing is stored before each is answered. */
export function Questions(props: {
  reading: Reading;
  onChange: (changed: Partial<ImportChoices>) => void;
}) {
  const { reading, onChange } = props;
  const { inspection, choices } = reading;
  return inspection.questions.map((question) => (
    <Notice key={`${question.field} ${question.text}`} tone="warning">
      <fieldset>
        <legend>{question.text}</legend>
        <Answers
          question={question}
          mapping={choices.mapping}
          isAnswered={choices.answered.includes(question.field)}
          onAnswer={(sets) =>
            onChange({
              answered: [...choices.answered, question.field],
              mapping: { ...choices.mapping, ...sets } as Mapping,
            })
          }
        />
      </fieldset>
    </Notice>
  ));
}

function Answers(props: {
  question: Question;
  mapping: Mapping;
  isAnswered: boolean;
  onAnswer: (sets: Question['answers'][number]['sets']) => void;
}) {
  const { question, mapping, isAnswered, onAnswer } = props;
  const { answers, text } = question;
  if (answers.length === 0) return null;
  const chosen = isAnswered ? answers.findIndex(({ sets }) => isSet(mapping, sets)) : -1;
  if (answers.length > LISTED) {
    return (
      <select
        aria-label={text}
        className="mt-1 block h-7 rounded-md border border-line bg-raised px-1.5"
        value={chosen < 0 ? '' : chosen}
        onChange={(event) => onAnswer(answers[Number(event.target.value)]?.sets ?? {})}
      >
        <option value="" disabled>
          Choose
        </option>
        {answers.map(({ label }, i) => (
          <option key={label} value={i}>
            {label}
          </option>
        ))}
      </select>
    );
  }
  return answers.map(({ label, sets }, i) => (
    <label key={label} className="mt-1 flex items-baseline gap-2">
      <input type="radio" name={text} checked={chosen === i} onChange={() => onAnswer(sets)} />
      {label}
    </label>
  ));
}

const isSet = (mapping: Mapping, sets: Question['answers'][number]['sets']) =>
  Object.entries(sets).every(
    ([field, value]) => JSON.stringify(mapping[field as keyof Mapping]) === JSON.stringify(value),
  );
