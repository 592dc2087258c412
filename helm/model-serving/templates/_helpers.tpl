{{- define "model-serving.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "model-serving.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else if contains (include "model-serving.name" .) .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "model-serving.name" .) | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "model-serving.selectorLabels" -}}
app.kubernetes.io/name: {{ include "model-serving.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "model-serving.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "model-serving.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "model-serving.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- .Values.serviceAccount.name | default (include "model-serving.fullname" .) }}
{{- else }}
{{- .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- define "model-serving.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/* Name of the port with the actuator's endpoints */}}
{{- define "model-serving.managementPortName" -}}
{{- ternary "http" "management" (eq (int .Values.management.port) 0) }}
{{- end }}

{{/* The volume with the models, or nothing */}}
{{- define "model-serving.modelsVolume" -}}
{{- if .Values.models.existingClaim }}
persistentVolumeClaim:
  claimName: {{ .Values.models.existingClaim }}
  readOnly: true
{{- else if .Values.models.volume }}
{{- toYaml .Values.models.volume }}
{{- end }}
{{- end }}

{{/* The application is killed no earlier than after everything that it may take its time for. */}}
{{- define "model-serving.terminationGracePeriodSeconds" -}}
{{- $least := add (int .Values.shutdown.preStopSeconds) (mul 3 (int .Values.shutdown.phaseSeconds)) }}
{{- $grace := int .Values.shutdown.terminationGracePeriodSeconds | default (int (add $least 10)) }}
{{- if lt $grace (int $least) }}
{{- fail (printf "shutdown.terminationGracePeriodSeconds: %d is less than preStopSeconds + 3 × phaseSeconds = %d, so that calls would be killed. Raise it, or set it to 0." $grace $least) }}
{{- end }}
{{- $grace }}
{{- end }}

{{/*
What the pods mount: the configuration, a place for temporary files, the models, and the user's own
*/}}
{{- define "model-serving.volumeMounts" -}}
{{- $modelsVolume := include "model-serving.modelsVolume" . -}}
- name: config
  mountPath: /etc/model-serving
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- if $modelsVolume }}
- name: models
  mountPath: {{ .Values.models.mountPath }}
  {{- with .Values.models.subPath }}
  subPath: {{ . }}
  {{- end }}
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}

{{/*
The volumes that they mount
*/}}
{{- define "model-serving.volumes" -}}
{{- $modelsVolume := include "model-serving.modelsVolume" . -}}
- name: config
  configMap:
    name: {{ include "model-serving.fullname" . }}
- name: tmp
  emptyDir:
    sizeLimit: {{ .Values.tmpSizeLimit }}
{{- if $modelsVolume }}
- name: models
  {{- $modelsVolume | nindent 2 }}
{{- end }}
{{- with .Values.extraVolumes }}
{{- toYaml . | nindent 0 }}
{{- end }}
{{- end }}
