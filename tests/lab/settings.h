/* settings: sendmail.cf in the ways that it is wrong on a host: each has its own fault, whatever the relays
 * are. */
#ifndef LAB_SETTINGS_H
#define LAB_SETTINGS_H

/* Writes sendmail.cf, NAME.cf for each of the others, and what they name, into the folder. Aborts when it
 * cannot. */
void settings_write(const char *folder, int log_level);

#endif
