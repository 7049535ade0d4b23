// The readline-compatible interface of libedit. Its settings are C globals, which Swift 6 refuses to touch as shared
// mutable state, so they are set through the functions below.
#include <stdio.h>
#include <editline/readline.h>

static inline void lash_edit_set_name(const char *name) { rl_readline_name = name; }
static inline void lash_edit_set_completion(rl_completion_func_t *f) { rl_attempted_completion_function = f; }
static inline void lash_edit_set_completion_over(int over) { rl_attempted_completion_over = over; }
static inline void lash_edit_set_append_character(int c) { rl_completion_append_character = c; }

// The line that is being edited.
static inline const char *lash_edit_line(void) { return rl_line_buffer; }
