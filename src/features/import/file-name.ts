/** `eurusd-1h.csv.gz` → `eurusd-1h` */
export const nameFrom = (fileName: string) =>
  fileName
    .replace(/\.(gz|zip)$/i, '')
    .replace(/\.(csv|txt|tsv|jsonl?|ndjson|parquet|xls[xm])$/i, '')
    .slice(0, 200) || fileName;
