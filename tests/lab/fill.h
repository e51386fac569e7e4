/* fill: texts with places that are known only when the lab runs. */
#ifndef LAB_FILL_H
#define LAB_FILL_H

/* A copy of the text with value wherever place stands in it. The caller frees it. */
char *fill(const char *text, const char *place, const char *value);

#endif
