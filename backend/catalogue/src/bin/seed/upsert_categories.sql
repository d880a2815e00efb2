-- $1: [{"handle", "title", "parent", "position"}], a parent may come after its children: foreign
-- keys are checked at the end of the statement.
INSERT INTO categories (handle, title, parent, position)
SELECT handle, title, parent, position
FROM jsonb_to_recordset($1) AS given (handle text, title text, parent text, position integer)
ON CONFLICT (handle) DO UPDATE
SET title = excluded.title, parent = excluded.parent, position = excluded.position
WHERE (categories.title, categories.parent, categories.position)
    IS DISTINCT FROM (excluded.title, excluded.parent, excluded.position)
