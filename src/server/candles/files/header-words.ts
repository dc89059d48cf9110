import { foldAccents } from './months';

/** What a header's word is about; `end-time` is when a candle closes, `other` is none of ours. */
export type WordRole =
  | 'time'
  | 'date'
  | 'time-of-day'
  | 'end-time'
  | 'open'
  | 'high'
  | 'low'
  | 'close'
  | 'volume'
  | 'symbol'
  | 'complete';

/** The likeliest word of a role comes first: where a file has two of them, that one is taken. */
type Words = Partial<Record<WordRole, string>>;

/** The words that files have above their columns. Blanks stand between words, `_` within one. */
const WORDS: Record<string, Words> = {
  English: {
    time: 'opentime open_timestamp time datetime date_time timestamp time_stamp unix unixtime unix_timestamp epoch window_start starttime start_time start period_start bartime bar_time ts_event ts_recv ts dt utc gmttime gmt_time localtime local_time utctime dateutc dategmt period begin begins_at kline_open_time t',
    date: 'date day tradingday trading_day tradedate trade_date business_date quotedate dtyyyymmdd yyyymmdd session_date bar_date d',
    'time-of-day': 'time tradetime trade_time clock hour hhmm hhmmss timeutc time_of_day',
    'end-time': 'closetime close_time endtime end_time window_end end kline_close_time',
    open: 'open opening openprice first o',
    high: 'high highest highprice max maximum h',
    low: 'low lowest lowprice min minimum l',
    close:
      'close closing closeprice close_last last latest last_price ltp price settle settlement settleprice c',
    volume:
      'volume vol basevolume base_volume volume_base tickvol tick_volume tickqty total_volume totalvolume traded_volume volumefrom ttl_trd_qnty tottrdqty shares cshtrd shares_traded no_of_shares number_of_shares quantity qty totalquantity volumeusdt volume_usdt v',
    symbol:
      'symbol ticker tic name instrument instrument_name security asset pair product_id stock company code contract coin market secid isin base_asset currency_pair',
    complete:
      'complete is_complete completed closed is_closed final is_final finished confirm confirmed candle_closed bar_closed bar_status',
  },
  German: {
    time: 'zeit zeitpunkt zeitstempel',
    date: 'datum tag handelstag',
    'time-of-day': 'uhrzeit',
    open: 'eroffnung eroffn eroffnungskurs erster',
    high: 'hoch hochst hochstkurs tageshoch tageshochst',
    low: 'tief tiefst tiefstkurs tagestief',
    close: 'schluss schlusskurs schlusskurse zuletzt letzter schlußkurs',
    volume: 'volumen umsatz_stuck stuck stucke',
    symbol: 'wkn wertpapier',
  },
  French: {
    time: 'horodatage',
    date: 'jour seance',
    'time-of-day': 'heure',
    open: 'ouverture ouv',
    high: 'plus_haut haut',
    low: 'plus_bas bas',
    close: 'cloture fermeture dernier der clot',
    volume: 'volumes quantite titres',
    symbol: 'valeur libelle',
  },
  Spanish: {
    time: 'fecha_hora marca_de_tiempo',
    date: 'fecha dia',
    'time-of-day': 'hora',
    open: 'apertura',
    high: 'maximo max alto',
    low: 'minimo min bajo',
    close: 'cierre ultimo',
    volume: 'volumen',
    symbol: 'simbolo',
  },
  Portuguese: {
    date: 'data data_do_pregao pregao',
    open: 'abertura preabe',
    high: 'maxima premax',
    low: 'minima premin',
    close: 'fechamento ultima preult ult',
    volume: 'quatot',
    symbol: 'ativo papel codneg',
  },
  Italian: {
    open: 'aperto',
    'time-of-day': 'ora',
    high: 'massimo',
    close: 'chiusura',
    volume: 'volumi quantita',
    symbol: 'strumento titolo',
  },
  Dutch: {
    time: 'tijd tijdstip',
    open: 'openingskoers',
    high: 'hoog hoogste',
    low: 'laag laagste',
    close: 'slot slotkoers sluiting laatste',
  },
  Polish: {
    time: 'czas',
    'time-of-day': 'godzina',
    open: 'otwarcie kurs_otwarcia',
    high: 'najwyzszy kurs_max maks',
    low: 'najnizszy kurs_min',
    close: 'zamkniecie kurs_zamkniecia ostatnio',
    volume: 'wolumen wol',
    symbol: 'nazwa',
  },
  Russian: {
    date: 'дата',
    time: 'время',
    'time-of-day': 'время',
    open: 'открытие откр цена_открытия',
    high: 'максимум макс высокая',
    low: 'минимум мин низкая',
    close: 'закрытие закр цена_закрытия цена посл последняя',
    volume: 'объем объём',
    symbol: 'тикер инструмент код',
  },
  Turkish: {
    date: 'tarih',
    'time-of-day': 'saat zaman',
    open: 'acilis açılış',
    high: 'yuksek en_yuksek yüksek',
    low: 'dusuk en_dusuk düşük',
    close: 'kapanis kapanış simdi şimdi son',
    volume: 'hacim hac',
    symbol: 'sembol hisse',
  },
  Swedish: {
    time: 'tid',
    open: 'oppning oppningskurs oppen',
    high: 'hogst hogsta',
    low: 'lagst lagsta',
    close: 'stangning stangningskurs slutkurs senast',
    volume: 'volym',
  },
  Indonesian: {
    date: 'tanggal',
    open: 'pembukaan buka',
    high: 'tertinggi tert',
    low: 'terendah ter',
    close: 'penutupan terakhir tutup',
  },
  Vietnamese: {
    date: 'ngay',
    open: 'mo mo_cua gia_mo_cua mở',
    high: 'cao cao_nhat gia_cao_nhat',
    low: 'thap thap_nhat gia_thap_nhat thấp',
    close: 'dong_cua gia_dong_cua đóng_cửa lan_cuoi lần_cuối',
    volume: 'kl khoi_luong khối_lượng',
  },
  Japanese: {
    time: '日時 時刻',
    date: '日付 日付け',
    'time-of-day': '時間',
    open: '始値',
    high: '高値',
    low: '安値',
    close: '終値 終値調整前',
    volume: '出来高 売買高',
    symbol: '銘柄 銘柄コード コード 証券コード',
  },
  Korean: {
    time: '일시',
    date: '일자 날짜 거래일',
    'time-of-day': '시간 시각',
    open: '시가 오픈',
    high: '고가',
    low: '저가',
    close: '종가 현재가',
    volume: '거래량',
    symbol: '종목 종목코드 종목명',
  },
  Chinese: {
    time: '时间 日期时间 時間',
    date: '日期 交易日期 交易日 成交日期 年月日',
    'time-of-day': '时间 時間 时刻',
    open: '开盘 开盘价 開盤 開盤價 开 今开 開盤價格',
    high: '最高 最高价 最高價 高',
    low: '最低 最低价 最低價 低',
    close: '收盘 收盘价 收盤 收盤價 收 最新价 收市價 收市价',
    volume: '成交量 成交股數 成交股数 总手 成交數量',
    symbol: '代码 代碼 股票代码 證券代號 证券代码 名称 股票名称 合约 合约代码',
  },
  Thai: {
    date: 'วันที่',
    open: 'เปิด ราคาเปิด',
    high: 'สูงสุด สูง ราคาสูงสุด',
    low: 'ต่ำสุด ต่ำ ราคาต่ำสุด',
    close: 'ปิด ราคาปิด ล่าสุด',
    volume: 'ปริมาณ',
  },
  Greek: {
    date: 'ημερομηνια',
    open: 'ανοιγμα',
    high: 'υψηλο',
    low: 'χαμηλο',
    close: 'κλεισιμο',
    volume: 'ογκος',
  },
  Czech: {
    open: 'otevreni',
    high: 'nejvyssi',
    low: 'nejnizsi',
    close: 'zavreni posledni',
    volume: 'objem',
  },
  Danish: { date: 'dato', open: 'åbning', high: 'høj', low: 'lav', close: 'luk slutkurs' },
  Norwegian: {
    date: 'dato',
    open: 'åpning',
    high: 'høy høyest',
    low: 'lav lavest',
    close: 'slutt siste',
    volume: 'volum',
  },
  Finnish: { date: 'päivä päivämäärä', open: 'avaus', high: 'ylin', low: 'alin', close: 'päätös' },
  Romanian: {
    open: 'deschidere',
    high: 'maxim',
    low: 'minim',
    close: 'închidere ultim',
    volume: 'volum',
  },
  Ukrainian: {
    open: 'відкриття',
    high: 'максимум',
    low: 'мінімум',
    close: 'закриття остання',
    volume: 'обсяг',
  },
  Hebrew: {
    date: 'תאריך',
    open: 'פתיחה',
    high: 'גבוה',
    low: 'נמוך',
    close: 'סגירה נעילה',
    volume: 'נפח מחזור',
  },
  Hungarian: { open: 'nyito nyitas', close: 'zaro zaras utolso', volume: 'forgalom' },
  Arabic: {
    date: 'التاريخ',
    open: 'افتتاح',
    high: 'أعلى مرتفع',
    low: 'أدنى منخفض',
    close: 'إغلاق الأخير',
    volume: 'الحجم حجم',
  },
};

/** A word without blanks, signs and accents, in lower case. */
export const plainWord = (text: string) => foldAccents(text).replace(/[^\p{L}\p{N}]/gu, '');

export type Word = { role: WordRole; rank: number };

const BY_WORD = (() => {
  const found = new Map<string, Word[]>();
  for (const words of Object.values(WORDS)) {
    for (const [role, list] of Object.entries(words) as [WordRole, string][]) {
      for (const [rank, word] of list.split(' ').entries()) {
        const plain = plainWord(word);
        const known = found.get(plain) ?? [];
        if (!known.some((each) => each.role === role)) known.push({ role, rank });
        found.set(plain, known);
      }
    }
  }
  return found;
})();

/** What a word may be about: `time` is a moment or a time of day. */
export const wordsOf = (word: string): Word[] => BY_WORD.get(plainWord(word)) ?? [];
