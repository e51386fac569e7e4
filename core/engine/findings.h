/* findings: the one place that keeps what diagnosis says of each relay of the log and of this host. What has
 * changed is diagnosed anew in slices on the loop; whoever draws only reads. The door to it is engine.h. */
#ifndef ENGINE_FINDINGS_H
#define ENGINE_FINDINGS_H

struct engine;
struct findings_table;

/* Nothing is known yet. `e` is borrowed and may still be without its parts. */
struct findings_table *findings_new(struct engine *e);

/* Something may have changed that findings are made of: the log, a look, the settings. What is outdated is
 * found and diagnosed anew from the next turn of the loop on. Nothing begins while the settings are unread or
 * while engine_read() is still reading. */
void findings_refresh(struct findings_table *t);

/* Closes; closed(arg) comes when the memory is gone. */
void findings_close(struct findings_table *t, void (*closed)(void *arg), void *arg);

#endif
