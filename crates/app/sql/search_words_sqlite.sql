SELECT doc, term FROM temp.copy_words ORDER BY doc, "offset"
