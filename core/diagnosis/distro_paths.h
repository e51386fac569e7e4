/* distro_paths: where this host's distribution keeps things, and the commands that make a change count. */
#ifndef DIAGNOSIS_DISTRO_PATHS_H
#define DIAGNOSIS_DISTRO_PATHS_H

#include "diagnosis/template.h"
#include "model/policy.h"

/* Sets {system_file}, {system_path}, {rebuild}, {restart}, {update_ca}, {makemap}, {ca_path},
 * {own_path_setup}, {cf}, {ca_file}, {crl_file}, {client_cert}: system_bundle as policy_system_bundle() found
 * it; both may be NULL. */
void distro_paths_set(struct template_vars *p, const char *system_bundle, const struct policy *policy);

#endif
