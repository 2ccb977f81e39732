/** What reads as a number in every database, and fits into a double: a longer one would be an error of PostgreSQL's. */
export const numberPattern = String.raw`^[-+]?([0-9]{1,100}[.]?[0-9]{0,100}|[.][0-9]{1,100})([eE][-+]?[01]?[0-9]{1,2})?$`
