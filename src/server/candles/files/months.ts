/**
 * The months of each language, accents folded, twelve with a blank between and other forms of the
 * same one behind a bar. A name may be shortened to any beginning that only one month has.
 */
const MONTHS: Record<string, string> = {
  English:
    'january february march april may june july august september|sept october november december',
  German:
    'januar|jaenner|janner februar marz|maerz|mrz april mai juni juli august september oktober november dezember',
  French: 'janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre',
  Spanish:
    'enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre',
  Portuguese:
    'janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro',
  Italian:
    'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  Dutch:
    'januari februari maart|mrt april mei juni juli augustus september oktober november december',
  Polish:
    'styczen|stycznia luty|lutego marzec|marca kwiecien|kwietnia maj|maja czerwiec|czerwca lipiec|lipca sierpien|sierpnia wrzesien|wrzesnia pazdziernik|pazdziernika listopad|listopada grudzien|grudnia',
  Russian:
    'январь|января февраль|февраля март|марта апрель|апреля маи|мая июнь|июня июль|июля август|августа сентябрь|сентября октябрь|октября ноябрь|ноября декабрь|декабря',
  Turkish: 'ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik',
  Swedish: 'januari februari mars april maj juni juli augusti september oktober november december',
  Danish: 'januar februar marts april maj juni juli august september oktober november december',
  Indonesian:
    'januari februari maret april mei juni juli agustus|agt september oktober november desember',
};

/** Letters without their accents, in lower case. */
export const foldAccents = (text: string) =>
  text
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replaceAll('ı', 'i')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC');

const SHORTEST = 3;
/** 0 for what is the beginning of two months, such as the French `jui`. */
const BEGINNINGS = beginnings();

function beginnings(): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const months of Object.values(MONTHS)) {
    for (const [i, forms] of months.split(' ').entries()) {
      for (const name of forms.split('|')) {
        for (let length = SHORTEST; length <= name.length; length++) {
          const beginning = name.slice(0, length);
          const known = found.get(beginning);
          found.set(beginning, known === undefined || known === i + 1 ? i + 1 : 0);
        }
      }
    }
  }
  return found;
}

/** 1 to 12 for the name of a month or its beginning; 0 for any other word. */
export const monthOf = (name: string): number => BEGINNINGS.get(foldAccents(name)) ?? 0;
