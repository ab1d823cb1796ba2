/** Where SQL databases differ, as far as the store is concerned. */
export interface Dialect {
  /** Placeholder of the n-th parameter, counted from 1; may be used several times in a statement. */
  parameter(n: number): string;
  /** Column type of a key that grows with every row and is never given twice. */
  growingKey: string;
  /** Column type of a whole number up to 2^53. */
  wholeNumber: string;
  /** Column type of a text that is compared by its code points. */
  text: string;
  /** Column type of a JSON document. */
  json: string;
  /** Column type of a copied field, comparable as `FieldValue` describes. */
  field: string;
}
