/* The table's parts, each a directory of its own. */
#ifndef GROUPS_H
#define GROUPS_H

void directories(void);
void unlinks(void);
void renames(void);
void renames_by_others(void);
void links(void);
void symbolic_links(void);
void opens(void);
void opens_by_others(void);
void modes(void);
void owners(void);
void sticky(void);
void set_times(void);
void moved_times(void);
void sizes(void);
void transfers(void);
void maps(void);
void lists(void);
void make_many(void);
void locks(void);
void whole_locks(void);
void attributes(void);
void nodes(void);

#endif
