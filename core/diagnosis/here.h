/* here: this host's ways, as its distribution has them: paths, and the commands that make a change count. */
#ifndef DIAGNOSIS_HERE_H
#define DIAGNOSIS_HERE_H

#include "diagnosis/places.h"
#include "model/policy.h"

/* Sets {system_file}, {system_path}, {rebuild}, {restart}, {update_ca}, {makemap}, {ca_path},
 * {own_path_setup}, {cf}, {ca_file}, {crl_file}, {client_cert}: system_bundle as policy_system_bundle() found
 * it; both may be NULL. */
void here_places(struct places *p, const char *system_bundle, const struct policy *policy);

/* Whether a path is a place of the distribution's packages, which updates overwrite. */
bool here_is_packaged(const char *path);

#endif
