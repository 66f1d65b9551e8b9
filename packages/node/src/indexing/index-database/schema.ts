/** A file of another version is built anew: everything in it follows from the contexts. */
export const SCHEMA_VERSION = 2

/** Marks our files among other SQLite files. */
export const APPLICATION_ID = 0x48434653

/** The columns of `words` and what a match in each counts for. */
export const COLUMN_WEIGHTS = { title: 3, headings: 1.5, tags: 2, path: 1, names: 1, text: 1 } as const

const TOKENIZER = `porter unicode61 remove_diacritics 2 categories 'L* N* Co M*'`

/**
 * `chunks` is narrow, with the text in a table of its own: joins read hundreds of
 * its rows and no text. `words` keeps no text at all, only what leads to it. A row
 * is taken from it by telling its text again: SQLite's `contentless_delete` would do
 * without, but goes on counting what was deleted, and scores drift with every edit. `vectors` has numbers of its own, so that new ones go to the end of the file:
 * under their hashes each would go to another page.
 */
export const SCHEMA = `
  CREATE TABLE origin (analyzer TEXT NOT NULL) STRICT;

  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID, STRICT;
  INSERT INTO counters VALUES ('position', 0), ('label', 0), ('change', 0), ('changesForgotten', 0), ('revision', 0);

  CREATE TABLE contexts (
    id INTEGER PRIMARY KEY, docId TEXT NOT NULL UNIQUE, pathKey TEXT NOT NULL, version TEXT NOT NULL,
    author TEXT NOT NULL, agent TEXT, updatedAtMs INTEGER NOT NULL, title TEXT, kind TEXT,
    tags TEXT NOT NULL, "by" TEXT, chunkCount INTEGER NOT NULL, digest TEXT NOT NULL
  ) STRICT;
  CREATE INDEX contextsByPath ON contexts (pathKey);
  CREATE INDEX contextsByKind ON contexts (kind) WHERE kind IS NOT NULL;
  CREATE INDEX contextsByAgent ON contexts (agent) WHERE agent IS NOT NULL;
  CREATE INDEX contextsByTime ON contexts (updatedAtMs);

  CREATE TABLE contextTags (tag TEXT, context INTEGER, PRIMARY KEY (tag, context)) WITHOUT ROWID, STRICT;
  CREATE INDEX contextTagsByContext ON contextTags (context);
  CREATE TABLE contextFields (
    pointer TEXT, value TEXT, context INTEGER, PRIMARY KEY (pointer, value, context)
  ) WITHOUT ROWID, STRICT;
  CREATE INDEX contextFieldsByContext ON contextFields (context);

  CREATE TABLE chunks (
    label INTEGER PRIMARY KEY, context INTEGER NOT NULL, chunkId TEXT NOT NULL, contentHash BLOB NOT NULL,
    part TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL, format TEXT NOT NULL
  ) STRICT;
  CREATE INDEX chunksByContext ON chunks (context);
  CREATE INDEX chunksByContent ON chunks (contentHash);
  CREATE TABLE chunkTexts (label INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;

  CREATE TABLE vectors (
    id INTEGER PRIMARY KEY, model TEXT NOT NULL, contentHash BLOB NOT NULL, vector BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX vectorsByContent ON vectors (contentHash, model);

  CREATE TABLE labelChanges (sequence INTEGER PRIMARY KEY, label INTEGER NOT NULL, model TEXT) STRICT;

  CREATE VIRTUAL TABLE words USING fts5(
    ${Object.keys(COLUMN_WEIGHTS).join(', ')},
    content='', tokenize="${TOKENIZER}"
  );
  INSERT INTO words (words, rank) VALUES ('rank', 'bm25(${Object.values(COLUMN_WEIGHTS).join(', ')})');

  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${SCHEMA_VERSION};
`
